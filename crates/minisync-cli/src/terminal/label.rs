//! What a copy is called where the user gave it no name. Knows only the machine.

/// The name of the machine, without its domain.
pub(crate) fn machine_label() -> String {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    let short = name.split('.').next().unwrap_or_default();
    if short.is_empty() { "unnamed".to_owned() } else { short.to_owned() }
}
