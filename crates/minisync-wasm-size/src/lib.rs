//! The smallest WebAssembly module that has the whole core in it: making a document, setting, getting,
//! changes, merging. It is there to be weighed (`cargo xtask wasm-size`), and shows how to embed the core
//! without bindings. It must not grow conveniences: what it weighs is what the core weighs.
//!
//! The host writes the arguments into the buffer that `buffer` hands out, and finds the result in the
//! same buffer. Every call returns the length of the result in bytes; a negative one, less 1, is the
//! length of an error message.
#![cfg(target_arch = "wasm32")]
#![deny(unsafe_code, reason = "exports and imports of a WebAssembly module are unsafe to declare")]

mod host;

use std::sync::Mutex;

use minisync::{Changes, Document};

static STATE: Mutex<State> = Mutex::new(State { document: None, buffer: Vec::new() });

struct State {
    document: Option<Document>,
    /// The argument of a call, then its result.
    buffer: Vec<u8>,
}

/// Makes room for an argument of `length` bytes, and says where.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn buffer(length: usize) -> *mut u8 {
    with_state(|state| {
        state.buffer.clear();
        state.buffer.resize(length, 0);
        state.buffer.as_mut_ptr()
    })
}

/// Makes the document. Argument: its JSON text. Result: none.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn new() -> isize {
    call(|document, argument| {
        let builder = Document::builder().clock(host::now).random(host::Randomness);
        *document = Some(builder.create_json(argument)?);
        Ok(String::new())
    })
}

/// Sets a value. Argument: the path, of `path_length` bytes, then the JSON text. Result: none.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn set(path_length: usize) -> isize {
    call(|document, argument| {
        let (path, json) =
            argument.split_at_checked(path_length).ok_or("the path is longer than the argument")?;
        present(document)?.set_json(path, json)?;
        Ok(String::new())
    })
}

/// Reads a value. Argument: the path. Result: its JSON text, or nothing where there is nothing.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn get() -> isize {
    call(|document, path| Ok(present(document)?.get(path).map(|view| view.to_string()).unwrap_or_default()))
}

/// What a client lacks. Argument: the client's id, or nothing for a full change set. Result: the change set.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn changes() -> isize {
    call(|document, client| {
        let document = present(document)?;
        let changes = if client.is_empty() { document.changes() } else { document.changes_for(client) };
        Ok(changes.to_string())
    })
}

/// Takes in a change set; without a document yet, makes it from a full one. Argument: the change set.
/// Result: what changed, as a JSON Patch.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
pub extern "C" fn merge() -> isize {
    call(|document, changes| {
        let changes: Changes = changes.parse()?;
        if let Some(document) = document {
            return Ok(document.merge(&changes)?.to_json_patch());
        }
        let builder = Document::builder().clock(host::now).random(host::Randomness);
        *document = Some(builder.join(&changes)?);
        Ok(String::new())
    })
}

type Failure = Box<dyn std::error::Error>;

fn present(document: &mut Option<Document>) -> Result<&mut Document, Failure> {
    document.as_mut().ok_or_else(|| "there is no document yet".into())
}

fn with_state<T>(act: impl FnOnce(&mut State) -> T) -> T {
    act(&mut STATE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}

fn call(act: impl FnOnce(&mut Option<Document>, &str) -> Result<String, Failure>) -> isize {
    with_state(|state| {
        let argument = std::mem::take(&mut state.buffer);
        let result = str::from_utf8(&argument)
            .map_err(Failure::from)
            .and_then(|argument| act(&mut state.document, argument));
        let (text, failed) = match result {
            Ok(text) => (text, false),
            Err(error) => (error.to_string(), true),
        };
        state.buffer = text.into_bytes();
        let length = isize::try_from(state.buffer.len()).unwrap_or(isize::MAX);
        if failed { -length - 1 } else { length }
    })
}
