//! One check: every world that can be reached within the bounds is visited once, and what was found is
//! told. Knows the checker, stateright, and no details of the worlds.

use std::{
    fmt,
    time::{Duration, Instant},
};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

use crate::{
    bounds::{Bounds, OutOfBounds},
    world::Nature,
};

/// In which order worlds are visited, and by how many.
///
/// ```
/// assert_eq!(minisync_model::Search::default().threads, 1);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Threads.
    pub threads: usize,
    /// Whether one thread of events is followed to its end before the next. This needs little memory; but
    /// the way to what does not hold is then a long one, and the depth that of the longest way.
    pub is_depth_first: bool,
}

impl Default for Search {
    fn default() -> Search {
        Search { threads: 1, is_depth_first: false }
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Different worlds that were visited; those that differ only in who is called what count once.
    pub states: usize,
    /// Worlds that were reached, each as often as it was.
    pub reached: usize,
    /// Steps to the world that is farthest from the beginning.
    pub depth: usize,
    /// How long it took.
    pub time: Duration,
    /// What does not hold, with the steps to where it does not. A check ends with the first.
    pub broken: Vec<(&'static str, Vec<String>)>,
    /// What should be reachable and was not: a hint that too little can happen within the bounds.
    pub unreached: Vec<&'static str>,
}

/// Visits every world within the bounds.
///
/// # Errors
///
/// Bounds that the model has no names for.
///
/// Worlds are told apart by 64-bit fingerprints.
///
/// ```
/// use minisync_model::{Bounds, Search, check};
///
/// let report = check(Bounds { clients: 2, operations: 1, ..Bounds::default() }, Search::default())?;
/// assert!(report.broken.is_empty(), "{report}");
/// assert!(report.states > 10);
/// # Ok::<(), minisync_model::OutOfBounds>(())
/// ```
pub fn check(bounds: Bounds, search: Search) -> Result<Report, OutOfBounds> {
    let bounds = bounds.validated()?;
    let start = Instant::now();
    let checker = || {
        let builder = Nature::new(bounds).checker().threads(search.threads.max(1));
        builder.finish_when(HasDiscoveries::AnyFailures)
    };
    let laws = Nature::new(bounds).properties();
    if search.is_depth_first {
        return Ok(reported(&laws, &checker().spawn_dfs().join(), start));
    }
    let mut report = reported(&laws, &checker().spawn_bfs().join(), start);
    // The checker tells the last that it came upon, not the first: look for shorter ways as long as there are.
    let mut broken = report.broken.clone();
    while let Some(steps) = broken.iter().map(|(_, steps)| steps.len()).min() {
        report.broken = broken;
        let shorter = checker().target_max_depth(steps + 1).spawn_bfs().join();
        broken = reported(&laws, &shorter, start).broken;
    }
    Ok(report)
}

fn reported(laws: &[Property<Nature>], checker: &impl Checker<Nature>, start: Instant) -> Report {
    let mut found = checker.discoveries();
    let mut report = Report {
        states: checker.unique_state_count(),
        reached: checker.state_count(),
        depth: checker.max_depth().saturating_sub(1),
        time: start.elapsed(),
        broken: Vec::new(),
        unreached: Vec::new(),
    };
    for law in laws {
        match (&law.expectation, found.remove(law.name)) {
            (Expectation::Sometimes, None) => report.unreached.push(law.name),
            (Expectation::Sometimes, Some(_)) | (_, None) => {}
            (_, Some(path)) => {
                let steps = path.into_actions().iter().map(ToString::to_string).collect();
                report.broken.push((law.name, steps));
            }
        }
    }
    report
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (law, steps) in &self.broken {
            writeln!(f, "does not hold: {law}")?;
            for (number, step) in steps.iter().enumerate() {
                writeln!(f, "  {}. {step}", number + 1)?;
            }
        }
        for law in &self.unreached {
            writeln!(f, "never happened: {law}")?;
        }
        let seconds = self.time.as_secs_f64();
        write!(
            f,
            "{} states visited, reached in {} ways, up to {} steps deep, in {seconds:.1} s",
            self.states, self.reached, self.depth
        )
    }
}
