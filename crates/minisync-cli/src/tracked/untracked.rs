//! A FILE that has no document yet, and how it gets one. Knows no targets.

use minisync::{Changes, Document, Version};
use minisync_store::NewState;

use super::{
    Tracked,
    agreement::{Agreement, Agreements},
    hint::FileHint,
    json_object::checked,
};
use crate::{
    file::{Reading, Source},
    layout::lay_out,
    terminal::{Failure, Result, Screen},
};

/// A FILE that has no document; nobody else can give it one while this is held.
pub(crate) struct Untracked<'s> {
    pub(crate) source: Source,
    /// There was a state, but it could not be read.
    pub(crate) damaged: bool,
    pub(super) new_state: NewState,
    pub(super) agreements: Agreements,
    pub(super) screen: &'s Screen,
}

impl<'s> Untracked<'s> {
    /// Makes a new document of what FILE holds; of a file of version 1 the document that is in it.
    ///
    /// # Errors
    /// Where it is no JSON object, or no full change set though it says that it is one of version 1.
    pub(crate) fn start(mut self, label: &str) -> Result<Tracked<'s>> {
        let reading = self.source.read()?;
        if let Some(reading) = reading.as_ref().filter(|reading| Changes::is_v1(reading.text())) {
            return self.import(reading, label);
        }
        let text = checked(self.source.named(), reading.as_ref())?;
        let document = Document::builder().create_json(text).map_err(|error| self.about(error))?;
        let agreement = reading.as_ref().map(|reading| Agreement::after(None, reading.hash(), &document));
        // Before the state: a crash in between leaves a FILE without a document, which starts anew.
        self.agreements.reset(agreement)?;
        let mut tracked = self.create(document, label)?;
        if let Some(reading) = &reading {
            tracked.note_layout(reading);
        }
        Ok(tracked)
    }

    /// Makes the document of a file of version 1, and FILE its data. FILE as it was is kept.
    fn import(mut self, reading: &Reading, label: &str) -> Result<Tracked<'s>> {
        let changes = reading.text().trim().parse::<Changes>().map_err(|error| self.about(error))?;
        let document = Document::from_changes(&changes).map_err(|error| self.about(error))?;
        let copy = self.source.keep_copy(reading)?;
        let (named, copy) = (self.source.named().display(), copy.display());
        self.screen.say(format_args!("{named}: read in version 1 of the format, and kept as {copy}"));
        // FILE stands for less than the document from the start, so that it is written whatever happens now.
        let nothing =
            Agreement { version: Version::default(), ..Agreement::after(None, reading.hash(), &document) };
        self.agreements.reset(Some(nothing.clone()))?;
        let data = lay_out(&document.to_json()).map_err(|error| Failure::new(error.to_string()))?;
        let data = Reading::new(reading.with_bom(data));
        let agreement = Agreement::after(Some(&nothing), data.hash(), &document);
        let mut tracked = self.create(document, label)?;
        tracked.reading = tracked.source.read()?.filter(|now| now.hash() == reading.hash());
        if tracked.reading.is_some() {
            tracked.put(data, agreement)?;
        }
        Ok(tracked)
    }

    /// Goes on with a document that others have; a FILE that is not there will be laid out as theirs.
    ///
    /// # Errors
    /// Where the state cannot be written.
    pub(crate) fn join(mut self, document: Document, label: &str, theirs: &FileHint) -> Result<Tracked<'s>> {
        self.agreements.reset(None)?;
        let mut tracked = self.create(document, label)?;
        let name = tracked.source.named().file_name().unwrap_or_default().to_string_lossy().into_owned();
        FileHint { name, ..theirs.clone() }.say(&mut tracked.state);
        Ok(tracked)
    }

    fn create(self, document: Document, label: &str) -> Result<Tracked<'s>> {
        let Untracked { source, new_state, agreements, screen, .. } = self;
        let state = new_state.create(document, label)?;
        Ok(Tracked { source, state, agreements, reading: None, older: None, screen })
    }

    fn about(&self, error: minisync::Error) -> Failure {
        Failure::from(error).about(self.source.named().display())
    }
}
