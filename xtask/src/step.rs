//! A step of CI: run, timed, reported. Knows not which steps there are.

use std::{
    io::Write,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// One thing that CI checks.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) action: Action,
}

/// What a step does.
pub(crate) enum Action {
    /// A command line, its words separated by spaces, and the environment it needs.
    Command { line: &'static str, env: &'static [(&'static str, &'static str)] },
    /// Something that xtask does itself.
    Task(fn(&mut dyn Write) -> Result<()>),
}

/// Runs the steps one after another, also past a failed one. Whether all passed.
pub(crate) fn run_all(steps: &[&Step], out: &mut dyn Write) -> Result<bool> {
    let mut outcomes = Vec::new();
    for step in steps {
        writeln!(out, "\n==> {}", step.name)?;
        out.flush()?;
        let start = Instant::now();
        let result = step.run(out);
        let outcome = Outcome { step, result, took: start.elapsed() };
        outcome.report(out)?;
        outcomes.push(outcome);
    }
    summarize(&outcomes, out)
}

impl Step {
    /// How to run this step and no other.
    fn alone(&self) -> String {
        match &self.action {
            Action::Command { line, env } => {
                let env = env.iter().map(|(name, value)| format!("{name}='{value}' "));
                format!("{}{line}", env.collect::<String>())
            }
            Action::Task(_) => format!("cargo xtask test --only {}", self.name),
        }
    }

    fn run(&self, out: &mut dyn Write) -> Result<()> {
        match &self.action {
            Action::Command { line, env } => {
                let mut words = line.split_whitespace();
                let program = words.next().context("a step has an empty command line")?;
                let status = Command::new(program)
                    .args(words)
                    .envs(env.iter().copied())
                    .status()
                    .with_context(|| format!("cannot run {program}"))?;
                ensure!(status.success(), "{status}");
                Ok(())
            }
            Action::Task(task) => task(out),
        }
    }
}

struct Outcome<'a> {
    step: &'a Step,
    result: Result<()>,
    took: Duration,
}

impl Outcome<'_> {
    fn report(&self, out: &mut dyn Write) -> Result<()> {
        let (name, seconds) = (self.step.name, self.took.as_secs_f64());
        match &self.result {
            Ok(()) => writeln!(out, "{name}: passed in {seconds:.1} s")?,
            Err(error) => {
                writeln!(out, "{name}: FAILED after {seconds:.1} s: {error:#}")?;
                writeln!(out, "  run it alone: {}", self.step.alone())?;
            }
        }
        Ok(())
    }
}

fn summarize(outcomes: &[Outcome<'_>], out: &mut dyn Write) -> Result<bool> {
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    if outcomes.len() > 1 {
        writeln!(out)?;
        for outcome in outcomes {
            let verdict = if outcome.result.is_ok() { "passed" } else { "FAILED" };
            writeln!(out, "{verdict}  {:>7.1} s  {}", outcome.took.as_secs_f64(), outcome.step.name)?;
        }
    }
    writeln!(out, "\n{} passed, {failed} failed", outcomes.len() - failed)?;
    Ok(failed == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(steps: &[&Step]) -> (bool, String) {
        let mut out = Vec::new();
        let passed = run_all(steps, &mut out).unwrap();
        (passed, String::from_utf8(out).unwrap())
    }

    const GOOD: Step = Step { name: "good", action: Action::Task(|_| Ok(())) };
    const BAD: Step = Step { name: "bad", action: Action::Task(|_| anyhow::bail!("it rains")) };
    const MISSING: Step = Step {
        name: "missing",
        action: Action::Command { line: "no-such-program --flag", env: &[("KEY", "a b")] },
    };

    #[test]
    fn a_failed_step_does_not_stop_the_others_and_says_how_to_run_it_alone() {
        let (passed, text) = report(&[&BAD, &MISSING, &GOOD]);
        assert!(!passed);
        assert!(text.contains("it rains"), "{text}");
        assert!(text.contains("run it alone: cargo xtask test --only bad\n"), "{text}");
        assert!(text.contains("run it alone: KEY='a b' no-such-program --flag\n"), "{text}");
        assert!(text.contains("good: passed"), "{text}");
        assert!(text.ends_with("\n1 passed, 2 failed\n"), "{text}");
    }

    #[test]
    fn all_passed() {
        let (passed, text) = report(&[&GOOD]);
        assert!(passed);
        assert!(text.ends_with("\n1 passed, 0 failed\n"), "{text}");
    }
}
