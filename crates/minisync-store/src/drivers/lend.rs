//! How a driver gets at a state for the time of one step. Knows no machine.

use std::sync::{Arc, Mutex, PoisonError};

use crate::state::State;

/// Lends a state between the requests of a sync, so that others may use it in the meantime.
///
/// ```
/// use std::sync::Mutex;
/// use minisync_store::{LendState, State};
///
/// fn label(mut state: impl LendState) -> String {
///     state.with(|state| state.label().to_owned())
/// }
/// # fn both(state: &mut State, shared: &Mutex<State>) {
/// label(state);
/// label(shared);
/// # }
/// ```
pub trait LendState {
    /// Calls `use_it` with the state. Never held while a request is under way.
    fn with<T>(&mut self, use_it: impl FnOnce(&mut State) -> T) -> T;
}

/// For those who leave the state alone until the sync is over.
impl LendState for &mut State {
    fn with<T>(&mut self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(self)
    }
}

/// For those who edit meanwhile.
impl LendState for &Mutex<State> {
    fn with<T>(&mut self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// For those who spawn the sync.
impl LendState for Arc<Mutex<State>> {
    fn with<T>(&mut self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
