// A board in React.

import { useDocument, useSaveStatus } from "minisync/react";
import { type FormEvent, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { addCard, type OpenBoard, openBoard, setDone } from "../board.js";

function App({ board }: { board: OpenBoard }): ReactNode {
  const cards = useDocument(board, (data) => data.cards);
  const status = useSaveStatus(board);
  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    addCard(board, String(new FormData(event.currentTarget).get("title")));
    event.currentTarget.reset();
  };
  return (
    <>
      <h1>Board</h1>
      <form onSubmit={add}>
        <input name="title" aria-label="New card" />
        <button>Add</button>
        <button type="button" onClick={() => board.undo()}>
          Undo
        </button>
      </form>
      <ul>
        {cards.map((card, index) => (
          <li key={index}>
            <label>
              <input type="checkbox" checked={card.done} onChange={(event) => setDone(board, index, event.target.checked)} />{" "}
              <span>{card.title}</span>
            </label>
          </li>
        ))}
      </ul>
      <output>{status.state}</output>
    </>
  );
}

const board = await openBoard();
createRoot(document.querySelector("#app") as HTMLElement).render(
  <StrictMode>
    <App board={board} />
  </StrictMode>,
);
