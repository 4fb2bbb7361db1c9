//! The envelope that opens each of our small files: which kind it is, of which version. Knows nothing of the rest.

use minisync::syntax::Tree;

use crate::{
    errors::{Error, Result},
    files::json::{Fields, ObjectReader, ObjectWriter, json_fields},
};

/// The version of the layout and of the small files that this crate reads and writes.
const VERSION: u64 = 1;

/// Its key, the first in each file.
const KEY: &str = "_minisync";

/// Which of the small files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Store,
    Head,
    Index,
    State,
}

impl FileKind {
    fn data_type(self) -> &'static str {
        match self {
            FileKind::Store => "STORE",
            FileKind::Head => "HEAD",
            FileKind::Index => "INDEX",
            FileKind::State => "STATE",
        }
    }
}

/// `{"dataType": …, "version": …}`, as in a change set.
struct Envelope {
    data_type: String,
    version: u64,
}

json_fields!(Envelope { data_type: "dataType", version: "version" });

/// The text of a file.
pub(crate) fn write_file(kind: FileKind, content: &impl Fields) -> String {
    let mut json = String::new();
    let mut object = ObjectWriter::begin(&mut json);
    object.field(KEY, &Envelope { data_type: kind.data_type().to_owned(), version: VERSION });
    content.write_fields(&mut object);
    object.end();
    json
}

/// Reads a file, strictly. `place` is its path, for the error. Files of another kind, and those that a newer version
/// of MiniSync wrote, are refused before the rest of the file is looked at.
///
/// # Errors
/// `is_malformed()`, or `is_unsupported()`.
pub(crate) fn read_file<T: Fields>(bytes: &[u8], kind: FileKind, place: &str) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| Error::malformed(place, error.to_string()))?;
    let tree = Tree::parse(text).map_err(|error| Error::malformed(place, error.reason()))?;
    let mut object = opened(&tree, kind, place)?;
    let content = T::read_fields(&mut object).and_then(|content| object.end().map(|()| content));
    content.map_err(|reason| Error::malformed(place, reason))
}

fn opened<'t>(tree: &'t Tree<'t>, kind: FileKind, place: &str) -> Result<ObjectReader<'t>> {
    let malformed = |reason: String| Error::malformed(place, reason);
    let mut object = ObjectReader::of(tree.root()).map_err(malformed)?;
    let envelope: Envelope = object.field(KEY).map_err(malformed)?;
    if envelope.data_type != kind.data_type() {
        return Err(malformed(format!("it is of the kind {:?}", envelope.data_type)));
    }
    if envelope.version != VERSION {
        return Err(Error::unsupported(format!(
            "{place} has the format version {}, and this minisync knows version {VERSION}; update minisync",
            envelope.version
        )));
    }
    Ok(object)
}
