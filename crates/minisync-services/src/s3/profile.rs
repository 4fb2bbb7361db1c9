//! The files `~/.aws/credentials` and `~/.aws/config`, as Amazon's tools write them. Knows no request.

use crate::credentials::Environment;

/// What the two files say of one profile.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// The later a pair, the weaker.
    pairs: Vec<(String, String)>,
}

impl Profile {
    /// The one that `AWS_PROFILE` names, or `default`.
    ///
    /// # Errors
    /// Where a file is there and cannot be read, or none has the profile that is named.
    pub(super) fn find(environment: &Environment) -> Result<Profile, String> {
        let named = environment.variable("AWS_PROFILE");
        let name = named.as_deref().unwrap_or("default");
        let mut profile = Profile::default();
        let mut is_found = false;
        for (variable, file) in
            [("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"), ("AWS_CONFIG_FILE", ".aws/config")]
        {
            if let Some((_, text)) = environment.file(variable, file)? {
                is_found |= profile.read(&text, name);
            }
        }
        match named {
            Some(name) if !is_found => {
                Err(format!("there is no profile {name} in ~/.aws; AWS_PROFILE names it"))
            }
            _ => Ok(profile),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Whether the profile is in there.
    fn read(&mut self, text: &str, profile: &str) -> bool {
        let (mut is_inside, mut is_found) = (false, false);
        for line in text.lines() {
            // Indented lines belong to the one before, which is none of ours.
            if line.starts_with([' ', '\t', '#', ';']) {
                continue;
            }
            if let Some(section) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                let section = section.trim();
                is_inside = section.strip_prefix("profile ").unwrap_or(section).trim() == profile;
                is_found |= is_inside;
            } else if let Some((key, value)) = line.split_once('=').filter(|_| is_inside) {
                self.pairs.push((key.trim().to_lowercase(), value.trim().to_owned()));
            }
        }
        is_found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_make_one_profile() {
        let mut profile = Profile::default();
        assert!(profile.read("[default]\na = 1\n[work]\nA=2\n# x\n b = 9\n", "work"));
        assert!(profile.read("[profile work]\nregion = eu-central-1\na = 3\n[other]\nc = 4\n", "work"));
        assert_eq!((profile.get("a"), profile.get("region")), (Some("2"), Some("eu-central-1")));
        assert_eq!((profile.get("b"), profile.get("c")), (None, None));
        assert!(!profile.read("[default]\n", "work"));
    }

    #[test]
    fn a_profile_that_is_not_there_is_said_so() {
        let environment = Environment::of([("AWS_PROFILE", "x"), ("HOME", "/nowhere")]);
        assert!(Profile::find(&environment).unwrap_err().contains("profile x"));
    }
}
