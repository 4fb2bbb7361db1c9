//! The file `~/.netrc`, in which curl, git and others look up passwords too. Knows no service.

use super::Secret;

/// The entries of a file, in its order.
#[derive(Debug, Default)]
pub(crate) struct Netrc(Vec<Entry>);

#[derive(Debug, Default)]
struct Entry {
    /// None for the entry `default`.
    machine: Option<String>,
    login: Option<String>,
    password: Option<Secret>,
}

impl Netrc {
    /// Reads what it can; what is not known there is passed over, as others do.
    pub(crate) fn parse(text: &str) -> Netrc {
        let mut entries: Vec<Entry> = Vec::new();
        let mut words = Words(text);
        while let Some(word) = words.next() {
            match word.as_str() {
                "machine" => entries.push(Entry { machine: words.next(), ..Entry::default() }),
                "default" => entries.push(Entry::default()),
                "login" => {
                    let login = words.next();
                    entries
                        .iter_mut()
                        .next_back()
                        .into_iter()
                        .for_each(|entry| entry.login.clone_from(&login));
                }
                "password" => {
                    let password = words.next().map(Secret::new);
                    entries
                        .iter_mut()
                        .next_back()
                        .into_iter()
                        .for_each(|entry| entry.password.clone_from(&password));
                }
                "macdef" => words.skip_macro(),
                _ => {}
            }
        }
        Netrc(entries)
    }

    /// User and password for a host, and for this user where one is wanted.
    pub(crate) fn find(&self, host: &str, user: Option<&str>) -> Option<(String, Secret)> {
        let fits = |entry: &&Entry| {
            entry.machine.as_ref().is_none_or(|machine| machine.eq_ignore_ascii_case(host))
                && user.is_none_or(|user| entry.login.as_ref().is_none_or(|login| login == user))
        };
        let entry = self.0.iter().find(fits)?;
        let login = user.map(str::to_owned).or_else(|| entry.login.clone())?;
        Some((login, entry.password.clone()?))
    }
}

/// Words between blanks; one in quotes may have blanks and, after backslashes, quotes in it. `#` begins a comment.
struct Words<'a>(&'a str);

impl Words<'_> {
    fn next(&mut self) -> Option<String> {
        loop {
            self.0 = self.0.trim_start();
            if !self.0.starts_with('#') {
                break;
            }
            self.skip_line();
        }
        if self.0.is_empty() {
            return None;
        }
        match self.0.strip_prefix('"') {
            Some(rest) => Some(self.quoted(rest.char_indices(), rest.len())),
            None => {
                let (word, rest) = self.0.split_at(self.0.find(char::is_whitespace).unwrap_or(self.0.len()));
                self.0 = rest;
                Some(word.to_owned())
            }
        }
    }

    fn quoted(&mut self, characters: std::str::CharIndices<'_>, length: usize) -> String {
        let (mut word, mut escaped, mut end) = (String::new(), false, length);
        for (at, character) in characters {
            match character {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    end = at + 1;
                    break;
                }
                other => {
                    word.push(other);
                    escaped = false;
                }
            }
        }
        self.0 = self.0.get(1 + end..).unwrap_or_default();
        word
    }

    fn skip_line(&mut self) {
        self.0 = self.0.split_once('\n').map_or("", |(_, rest)| rest);
    }

    /// A macro ends with an empty line.
    fn skip_macro(&mut self) {
        self.0 = self.0.split_once("\n\n").map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# mine\nmachine NAS.local login alice password \"a \\\"b\\\\ c\"\n\
        machine dav.example.org\n\tlogin bob\n\tpassword b#1\nmachine dav.example.org login carol password c\n\
        macdef init\nmachine evil login x password x\n\ndefault login anonymous password guest\n";

    fn find(host: &str, user: Option<&str>) -> Option<(String, String)> {
        let found = Netrc::parse(TEXT).find(host, user);
        found.map(|(login, password)| (login, password.expose().to_owned()))
    }

    fn pair(login: &str, password: &str) -> Option<(String, String)> {
        Some((login.to_owned(), password.to_owned()))
    }

    #[test]
    fn entries_are_found_by_host_and_user() {
        assert_eq!(find("nas.local", None), pair("alice", "a \"b\\ c"));
        assert_eq!(find("dav.example.org", None), pair("bob", "b#1"));
        assert_eq!(find("dav.example.org", Some("carol")), pair("carol", "c"));
        assert_eq!(find("evil", None), pair("anonymous", "guest"));
        assert_eq!(find("dav.example.org", Some("dora")), None);
    }

    #[test]
    fn broken_files_give_nothing_and_break_nothing() {
        for text in ["", "machine", "machine a login", "login x", "\"", "machine a password \"x", "macdef x"]
        {
            assert!(Netrc::parse(text).find("a", Some("b")).is_none_or(|(login, _)| login == "b"), "{text}");
        }
    }
}
