// A board in Solid.
/** @jsxImportSource solid-js */

import { createDocument } from "minisync/solid";
import { createSignal, Index, type JSX, onCleanup } from "solid-js";
import { render } from "solid-js/web";
import { addCard, type OpenBoard, openBoard, setDone } from "../board.js";

function App({ board }: { board: OpenBoard }): JSX.Element {
  const cards = createDocument(board, (data) => data.cards);
  const [status, setStatus] = createSignal(board.status);
  onCleanup(board.on("status", setStatus));
  const add = (event: SubmitEvent & { currentTarget: HTMLFormElement }): void => {
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
        <Index each={cards()}>
          {(card, index) => (
            <li>
              <label>
                <input
                  type="checkbox"
                  checked={card().done}
                  onChange={(event) => setDone(board, index, event.currentTarget.checked)}
                />{" "}
                <span>{card().title}</span>
              </label>
            </li>
          )}
        </Index>
      </ul>
      <output>{status().state}</output>
    </>
  );
}

const board = await openBoard();
render(() => <App board={board} />, document.querySelector("#app") as HTMLElement);
