// What the examples have in common: a board with cards, that is kept in IndexedDB and the same in all tabs.

import { indexedDB, open, type OpenDocument } from "minisync";

export interface Card {
  title: string;
  done: boolean;
}

export interface Board {
  cards: Card[];
}

export type OpenBoard = OpenDocument<Board>;

export const openBoard = (): Promise<OpenBoard> => open<Board>("board", { defaults: { cards: [] }, save: indexedDB() });

export function addCard(board: OpenBoard, title: string): void {
  if (title.trim() !== "") board.change((d) => void d.cards.push({ title: title.trim(), done: false }));
}

export function setDone(board: OpenBoard, index: number, done: boolean): void {
  board.change((d) => {
    const card = d.cards[index];
    if (card !== undefined) card.done = done;
  });
}
