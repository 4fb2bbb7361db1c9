//! What the WebAssembly module exports beside the operations, and the memory through which they are called. Thin:
//! all that can be said in safe Rust is in `instance`.

use std::sync::{Mutex, PoisonError, TryLockError};

use crate::{
    failure::BROKEN,
    instance::{Instance, Operation},
};

/// The number of the contract in `docs/boundary.md`.
const CONTRACT: u32 = 1;

/// A call that traps never unlocks it, and so leaves a mark for the next one.
static STATE: Mutex<Option<State>> = Mutex::new(None);

#[derive(Default)]
struct State {
    instance: Instance,
    /// The argument of a call, then its result.
    buffer: Vec<u8>,
}

/// Acts on the state, unless a call before trapped.
fn with_state<T>(act: impl FnOnce(&mut State) -> T) -> Option<T> {
    match STATE.try_lock().map_err(unpoisoned) {
        Ok(mut state) => Some(act(state.get_or_insert_default())),
        Err(None) => None,
        Err(Some(mut state)) => Some(act(state.get_or_insert_default())),
    }
}

fn unpoisoned<T>(error: TryLockError<T>) -> Option<T> {
    match error {
        TryLockError::WouldBlock => None,
        TryLockError::Poisoned(poisoned) => Some(PoisonError::into_inner(poisoned)),
    }
}

/// The number of the contract that this module keeps.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
extern "C" fn contract() -> u32 {
    CONTRACT
}

/// Hands in randomness.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
extern "C" fn seed(a: u32, b: u32, c: u32, d: u32) {
    with_state(|state| state.instance.seed([a, b, c, d]));
}

/// Makes room for an input of `capacity` bytes, keeps what is in it, and says where it is.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
extern "C" fn input(capacity: usize) -> *mut u8 {
    let make_room = |state: &mut State| {
        state.buffer.resize(capacity, 0);
        state.buffer.as_mut_ptr()
    };
    with_state(make_room).unwrap_or(std::ptr::null_mut())
}

/// Where the result of the last call is.
#[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    with_state(|state| state.buffer.as_ptr()).unwrap_or(BROKEN.as_ptr())
}

/// Runs an operation on the first `length` bytes of the input. The length of the result, or that of the error as a
/// negative number, less 1.
pub(crate) fn run(operation: Operation, length: usize, now: f64) -> isize {
    run_on(length, |instance, input| instance.run(operation, input, now).map(String::into_bytes))
}

/// The same, of an operation of which input or output are bytes.
#[cfg(feature = "sync")]
pub(crate) fn run_bytes(operation: crate::instance::ByteOperation, length: usize, now: f64) -> isize {
    run_on(length, |instance, input| instance.run_bytes(operation, input, now))
}

fn run_on(length: usize, run: impl FnOnce(&mut Instance, &[u8]) -> Result<Vec<u8>, String>) -> isize {
    let run = |state: &mut State| {
        let input = std::mem::take(&mut state.buffer);
        let result = run(&mut state.instance, input.get(..length).unwrap_or(&input));
        drop(input);
        let is_refused = result.is_err();
        state.buffer = result.unwrap_or_else(String::into_bytes);
        let length = isize::try_from(state.buffer.len()).unwrap_or(isize::MAX);
        if is_refused { -length - 1 } else { length }
    };
    with_state(run).unwrap_or(-BROKEN.len().cast_signed() - 1)
}
