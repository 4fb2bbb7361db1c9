//! The operations, by topic as in `docs/boundary.md`, and the table of their names.

mod conflict;
mod edit;
mod exchange;
mod identity;
mod making;
mod reading;
#[cfg(feature = "sync")]
pub(crate) mod sync;
mod undo;
mod writing;

use crate::instance::Operation;

/// Declares the operations: in WebAssembly each is an export, in native tests each has a name.
macro_rules! operations {
    ($($topic:ident { $($name:literal $function:ident,)* })*) => {
        pub(super) const TABLE: &[(&str, $crate::instance::Operation)] = &[$($(($name, $topic::$function),)*)*];

        #[cfg(target_arch = "wasm32")]
        mod exported {
            $($(
                #[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
                #[unsafe(export_name = $name)]
                extern "C" fn $function(length: usize, now: f64) -> isize {
                    crate::exports::run(super::$topic::$function, length, now)
                }
            )*)*
        }
    };
}
#[cfg(feature = "sync")]
use operations;

/// The operation of this name.
pub(crate) fn named(name: &str) -> Option<Operation> {
    #[cfg(feature = "sync")]
    let more = sync::TABLE;
    #[cfg(not(feature = "sync"))]
    let more = &[];
    TABLE.iter().chain(more).find(|(own, _)| *own == name).map(|(_, operation)| *operation)
}

operations! {
    making {
        "create" create,
        "genesis" genesis,
        "join" join,
        "restore" restore,
    }
    identity {
        "identity" identity,
        "setClient" set_client,
        "renewClient" renew_client,
        "createId" create_id,
        "version" version,
        "clientStates" client_states,
        "acknowledge" acknowledge,
        "dismiss" dismiss,
        "compare" compare,
    }
    reading {
        "get" get,
        "find" find,
        "children" children,
        "length" length,
        "keys" keys,
        "locate" locate,
        "author" author,
    }
    writing {
        "set" set,
        "update" update,
        "remove" remove,
        "insert" insert,
        "push" push,
        "splice" splice,
        "move" move_element,
        "reorder" reorder,
        "batch" batch,
        "begin" begin,
        "commit" commit,
        "rollback" rollback,
        "subscribe" subscribe,
    }
    exchange {
        "changes" changes,
        "changesFor" changes_for,
        "changesSince" changes_since,
        "describe" describe,
        "merge" merge,
        "changesV1" changes_v1,
        "forget" forget,
    }
    conflict {
        "conflicts" conflicts,
        "conflictedPlaces" conflicted_places,
        "resolve" resolve,
        "restoreOverruled" restore_overruled,
    }
    undo {
        "recordUndo" record_undo,
        "undo" undo,
        "redo" redo,
        "undoState" undo_state,
        "endUndoGroup" end_undo_group,
        "saveUndo" save_undo,
        "restoreUndo" restore_undo,
    }
}
