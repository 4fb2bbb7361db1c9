// The hooks of `minisync/react`, with the React that the project of vitest names: 18 or 19.

import { act, type ReactNode, StrictMode, useState, version } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Document, from, memory, open } from "../../src/index.js";
import { useDocument, useSaveStatus } from "../../src/react/index.js";

interface Board {
  title: string;
  cards: { title: string; done: boolean }[];
}

let host: HTMLElement;
let root: Root | undefined;
let board: Document<Board>;

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  host = document.body.appendChild(document.createElement("div"));
  board = from<Board>({ title: "Work", cards: [{ title: "tea", done: false }] });
});
afterEach(() => {
  act(() => root?.unmount());
  root = undefined;
  host.remove();
});

const show = (node: ReactNode): void =>
  act(() => {
    root ??= createRoot(host);
    root.render(<StrictMode>{node}</StrictMode>);
  });

test("it is the React that is meant", () => {
  expect(version.split(".")[0]).toBe(process.env["REACT"] ?? "19");
});

test("a component shows the data, and follows it", () => {
  const Title = (): ReactNode => <h1>{useDocument(board).title}</h1>;
  show(<Title />);
  expect(host.innerHTML).toBe("<h1>Work</h1>");
  act(() => board.change((d) => void (d.title = "Home")));
  expect(host.innerHTML).toBe("<h1>Home</h1>");
  const bob = from<Board>(board.getChanges());
  bob.change((d) => void (d.title = "Bob's"));
  act(() => void board.applyChanges(bob.getChanges()));
  expect(host.innerHTML).toBe("<h1>Bob's</h1>");
});

test("a selector: nothing is rendered again for what it does not pick", () => {
  const rendered = vi.fn();
  const Title = (): ReactNode => {
    const title = useDocument(board, (data) => data.title);
    rendered();
    return title;
  };
  show(<Title />);
  rendered.mockClear();
  act(() => board.change((d) => void (d.cards[0]!.done = true)));
  expect(rendered).not.toHaveBeenCalled();
  act(() => board.change((d) => void (d.title = "Home")));
  expect(rendered).toHaveBeenCalled();
  expect(host.textContent).toBe("Home");
});

test("an inline selector that makes new arrays does not loop, and with isEqual keeps the array of before", () => {
  const seen = new Set<unknown>();
  const sameTitles = (one: string[], other: string[]): boolean => one.join() === other.join();
  let renders = 0;
  let again: () => void = () => {};
  const Titles = (): ReactNode => {
    const [count, setCount] = useState(0);
    again = () => setCount(count + 1);
    renders++;
    const titles = useDocument(board, (data) => data.cards.map((card) => card.title), sameTitles);
    seen.add(titles);
    return titles.join();
  };
  show(<Titles />);
  act(() => again());
  act(() => board.change((d) => void (d.cards[0]!.done = true)));
  expect(renders).toBeLessThan(10);
  // StrictMode renders the first time twice, each with a state of its own.
  expect(seen.size).toBeLessThanOrEqual(2);
  act(() => board.change((d) => void d.cards.push({ title: "cake", done: false })));
  expect(host.textContent).toBe("tea,cake");
});

test("an inline selector that makes new objects without isEqual does not loop either", () => {
  let renders = 0;
  const Count = (): ReactNode => {
    renders++;
    return useDocument(board, (data) => ({ count: data.cards.length })).count;
  };
  show(<Count />);
  act(() => board.change((d) => void d.cards.push({ title: "cake", done: false })));
  expect(host.textContent).toBe("2");
  expect(renders).toBeLessThan(10);
});

test("another document, another selector", () => {
  const other = from<Board>({ title: "Other", cards: [] });
  const Part = ({ source, field }: { source: Document<Board>; field: "title" | "cards" }): ReactNode =>
    useDocument(source, (data) => (field === "title" ? data.title : String(data.cards.length)));
  show(<Part source={board} field="title" />);
  show(<Part source={board} field="cards" />);
  expect(host.textContent).toBe("1");
  show(<Part source={other} field="title" />);
  expect(host.textContent).toBe("Other");
  act(() => board.change((d) => void (d.title = "not shown")));
  expect(host.textContent).toBe("Other");
});

test("rendered on a server, and taken over in the page", async () => {
  const Title = (): ReactNode => <p>{useDocument(board, (data) => data.title)}</p>;
  const html = renderToString(<Title />);
  expect(html).toBe("<p>Work</p>");
  host.innerHTML = html;
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  await act(async () => {
    root = hydrateRoot(host, <Title />);
  });
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
  act(() => board.change((d) => void (d.title = "Home")));
  expect(host.innerHTML).toBe("<p>Home</p>");
});

test("whether everything is saved", async () => {
  const opened = await open<Board>("board", { defaults: { title: "Work", cards: [] }, save: memory() });
  const Status = (): ReactNode => useSaveStatus(opened).state;
  show(<Status />);
  expect(host.textContent).toBe("saved");
  act(() => opened.change((d) => void (d.title = "Home")));
  expect(host.textContent).toBe("saving");
  await act(() => opened.saved());
  expect(host.textContent).toBe("saved");
  await opened.close();
});
