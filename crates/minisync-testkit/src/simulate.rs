//! Many runs on many threads. Knows nothing of how a run is judged.

use std::{
    any::Any,
    num::NonZero,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crate::{
    script::{Script, shrink},
    world::{Failure, Trace, run},
};

/// So many scripts are tried at most to find a shorter one that fails.
const SHRINK_BUDGET: usize = 20_000;

/// What to simulate.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The seed of the first run; run number i has this plus i.
    pub seed: u64,
    /// How many runs.
    pub runs: u64,
    /// On how many threads.
    pub threads: NonZero<usize>,
    /// How many percent of the clients are documents of the npm package, which has to be built.
    pub javascript: u64,
    /// After so many failures no new run is started.
    pub stop_after: usize,
}

/// How it went.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many runs were carried out.
    pub runs: u64,
    /// Seed and reason of the runs that failed, by seed.
    pub failures: Vec<(u64, Failure)>,
}

/// A failing run, cut down.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// The short script.
    pub script: Script,
    /// Why it fails.
    pub failure: Failure,
    /// What each of its steps came to.
    pub trace: Vec<String>,
}

impl Simulation {
    /// This many runs from this seed on, on all cores.
    pub fn new(seed: u64, runs: u64) -> Simulation {
        Simulation {
            seed,
            runs,
            threads: thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
            javascript: 0,
            stop_after: 10,
        }
    }

    /// The script of a seed.
    pub fn script(&self, seed: u64) -> Script {
        Script::random(seed).with_javascript(seed, self.javascript)
    }

    /// Carries the runs out. `progress` hears now and then how many are done.
    pub fn carry_out(&self, progress: impl Fn(u64) + Sync) -> Outcome {
        let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let failures = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..self.threads.get() {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let failed = failures.lock().unwrap_or_else(PoisonError::into_inner).len();
                        if number >= self.runs || failed >= self.stop_after {
                            return;
                        }
                        let seed = self.seed.wrapping_add(number);
                        if let Err(failure) = run_quietly(&self.script(seed), &mut Trace::default()) {
                            failures.lock().unwrap_or_else(PoisonError::into_inner).push((seed, failure));
                        }
                        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                    }
                });
            }
        });
        let mut failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
        failures.sort_by_key(|(seed, _)| *seed);
        Outcome { runs: done.into_inner(), failures }
    }
}

/// Carries out a script; a panic is a failure too. The message of the panic is not printed.
///
/// # Errors
/// What is first found wrong.
pub fn run_quietly(script: &Script, trace: &mut Trace) -> Result<(), Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let louder = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if PANIC.with_borrow(|panic| panic.is_none()) {
                louder(info);
            } else {
                PANIC.set(Some(place_of(info)));
            }
        }));
    });
    PANIC.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(script, trace)));
    let place = PANIC.take().unwrap_or_default();
    result.unwrap_or_else(|payload| {
        let message = format!("{} {place}", text_of(payload.as_ref()));
        Err(Failure { kind: "panic", message })
    })
}

thread_local! {
    /// Within a run: where the last panic was. None: not within a run.
    static PANIC: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

fn place_of(info: &PanicHookInfo<'_>) -> String {
    info.location().map_or_else(String::new, |location| format!("at {location}"))
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// Cuts a failing script down to a short one that fails in the same way, and tells what happens in it.
pub fn explain(script: &Script, failure: &Failure) -> Shrunk {
    let fails_alike = |script: &Script| {
        run_quietly(script, &mut Trace::default()).is_err_and(|found| found.kind == failure.kind)
    };
    let script = shrink(script, SHRINK_BUDGET, fails_alike);
    let mut trace = Trace { is_on: true, ..Trace::default() };
    let found = run_quietly(&script, &mut trace).err();
    Shrunk { script, failure: found.unwrap_or_else(|| failure.clone()), trace: trace.lines }
}

impl std::fmt::Display for Shrunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "the shortest script that was found to fail so:\n\n{}", self.script)?;
        writeln!(f, "what happens in it:\n")?;
        self.trace.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        write!(f, "\n{}", self.failure)
    }
}
