//! What a process knows of its user: variables and home. Handed in, so that tests choose it.

use std::{collections::BTreeMap, env, fs, io, path::PathBuf, sync::Arc};

/// Environment variables; the system's, or those of a test.
#[derive(Clone)]
pub struct Environment(Arc<LookUp>);

type LookUp = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// The environment of this process.
    pub fn system() -> Environment {
        Environment(Arc::new(|name| env::var(name).ok()))
    }

    /// These variables and no others.
    ///
    /// ```
    /// use minisync_services::Environment;
    /// let environment = Environment::of([("HOME", "/home/alice")]);
    /// assert_eq!(environment.variable("HOME").as_deref(), Some("/home/alice"));
    /// ```
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Environment {
        let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let variables = BTreeMap::from(owned);
        Environment(Arc::new(move |name| variables.get(name).cloned()))
    }

    /// A variable that is set, and not empty.
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A file that a variable names, or else one in the home folder. None where there is none.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub(crate) fn file(&self, variable: &str, in_home: &str) -> Result<Option<(PathBuf, String)>, String> {
        let home = || self.variable("HOME").or_else(|| self.variable("USERPROFILE")).map(PathBuf::from);
        let Some(path) = self.variable(variable).map(PathBuf::from).or_else(|| Some(home()?.join(in_home)))
        else {
            return Ok(None);
        };
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(format!("cannot read {}: {error}", path.display())),
        }
    }
}
