//! An instance: one document and what stands around it. Runs one operation at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use minisync::{Document, Patches, Renewal, Stamp, Transaction};

use crate::{
    arguments::Arguments,
    failure::{Failure, Result},
    operations,
    output::{write_list, write_member, write_string},
    overruled,
    seed::Seed,
};

/// What a WebAssembly instance holds, to be called by name from native tests. `docs/boundary.md` says how.
///
/// ```
/// let mut instance = minisync_wasm::Instance::default();
/// instance.seed([1, 2, 3, 4]);
/// instance.call("create", r#"[{"client":"alice"},{"list":[1]}]"#, 1_795_377_823_000.0).unwrap();
/// instance.call("subscribe", "[]", 1_795_377_823_001.0).unwrap();
/// let commit = instance.call("push", r#"["list",[2]]"#, 1_795_377_823_002.0).unwrap();
/// assert_eq!(commit, r#"{"result":2,"patches":[{"op":"add","path":"/list/1","value":2}]}"#);
/// let refused = instance.call("set", r#"["a.b",1]"#, 1_795_377_823_003.0).unwrap_err();
/// assert!(refused.starts_with(r#"{"code":"invalid-path","message":"#));
/// ```
#[derive(Debug, Default)]
pub struct Instance {
    document: Option<Document>,
    /// Those under way, the outermost first.
    transactions: Vec<Transaction>,
    /// What the document's clock shows, in microseconds.
    now: Arc<AtomicU64>,
    seed: Option<Seed>,
    /// The last renewal that JavaScript was told of.
    renewal: Option<Renewal>,
    is_subscribed: bool,
    #[cfg(feature = "sync")]
    pub(crate) sync: crate::sync::SyncEngine,
}

/// An operation: takes its arguments, and returns its output.
pub(crate) type Operation = fn(&mut Instance, Arguments<'_>) -> Result<String>;

/// One whose input or output is not all JSON.
#[cfg(feature = "sync")]
pub(crate) type ByteOperation = fn(&mut Instance, &[u8]) -> Result<Vec<u8>>;

impl Instance {
    /// Hands in four random numbers, from which all ids are derived.
    pub fn seed(&mut self, words: [u32; 4]) {
        self.seed = Some(Seed::new(words));
    }

    /// Runs the operation of this name.
    ///
    /// # Errors
    /// The error as JSON, where the operation is refused.
    pub fn call(&mut self, name: &str, input: &str, now: f64) -> Result<String, String> {
        match operations::named(name) {
            Some(operation) => self.run(operation, input.as_bytes(), now),
            None => Err(Failure::call(format!("there is no operation {name:?}")).to_json()),
        }
    }

    /// Runs an operation at this time, in milliseconds; both results are JSON.
    pub(crate) fn run(&mut self, operation: Operation, input: &[u8], now: f64) -> Result<String, String> {
        // Saturates; what is no number becomes 0.
        self.now.store(Stamp::saturating((now * 1000.0) as u64).as_micros(), Ordering::Relaxed);
        let text = str::from_utf8(input).map_err(|_| Failure::call("the input is not UTF-8"));
        let result = text.and_then(Arguments::new).and_then(|arguments| operation(self, arguments));
        result.map_err(|failure| failure.to_json())
    }

    /// Runs an operation of which input or output are bytes; the error is JSON.
    #[cfg(feature = "sync")]
    pub(crate) fn run_bytes(
        &mut self,
        operation: ByteOperation,
        input: &[u8],
        now: f64,
    ) -> Result<Vec<u8>, String> {
        self.now.store(Stamp::saturating((now * 1000.0) as u64).as_micros(), Ordering::Relaxed);
        operation(self, input).map_err(|failure| failure.to_json())
    }

    /// The same by name.
    ///
    /// # Errors
    /// The error as JSON, where the operation is refused.
    #[cfg(feature = "sync")]
    pub fn call_bytes(&mut self, name: &str, input: &[u8], now: f64) -> Result<Vec<u8>, String> {
        match operations::sync::bytes_named(name) {
            Some(operation) => self.run_bytes(operation, input, now),
            None => Err(Failure::call(format!("there is no operation {name:?}")).to_json()),
        }
    }

    /// The next step of a machine of the sync engine, which may merge into the document.
    #[cfg(feature = "sync")]
    pub(crate) fn sync_step(&mut self, number: u32) -> Result<String> {
        if !self.transactions.is_empty() {
            return Err(Failure::refused(
                "there is no sync inside a transaction; commit it or roll it back before",
            ));
        }
        self.sync.next(number, self.document.as_mut())
    }

    /// A source of ids.
    pub(crate) fn source(&mut self) -> Result<crate::seed::Source> {
        let seed = self.seed.as_mut();
        seed.map(Seed::source)
            .ok_or_else(|| Failure::call("this instance was given no randomness: call seed first"))
    }

    /// A clock that shows the time of the operation under way.
    pub(crate) fn clock(&self) -> impl Fn() -> Stamp + Send + use<> {
        let now = Arc::clone(&self.now);
        move || Stamp::saturating(now.load(Ordering::Relaxed))
    }

    pub(crate) fn put_document(&mut self, document: Document) {
        self.document = Some(document);
    }

    pub(crate) fn has_document(&self) -> bool {
        self.document.is_some()
    }

    pub(crate) fn document(&mut self) -> Result<&mut Document> {
        self.document.as_mut().ok_or_else(|| {
            Failure::no_document("there is no document yet: create, genesis, join or restore comes first")
        })
    }

    /// The document, for what is not possible while a transaction is under way.
    pub(crate) fn settled(&mut self) -> Result<&mut Document> {
        if self.transactions.is_empty() {
            return self.document();
        }
        Err(Failure::refused("this is not possible inside a transaction; commit it or roll it back before"))
    }

    pub(crate) fn begin(&mut self) -> Result<()> {
        let transaction = self.document()?.begin_transaction();
        self.transactions.push(transaction);
        Ok(())
    }

    pub(crate) fn end(&mut self, is_kept: bool) -> Result<()> {
        let transaction = self
            .transactions
            .pop()
            .ok_or_else(|| Failure::refused("there is no transaction: begin comes first"))?;
        let document = self.document()?;
        match is_kept {
            true => document.commit_transaction(transaction)?,
            false => document.roll_back_transaction(transaction)?,
        }
        Ok(())
    }

    pub(crate) fn subscribe(&mut self) -> Result<()> {
        self.document()?.subscribe();
        self.is_subscribed = true;
        Ok(())
    }

    /// What JavaScript has to know after an edit: its result, what changed, and whether the client id did.
    pub(crate) fn commit(&mut self, result: Option<String>) -> Result<String> {
        let patches = self.document()?.take_patches();
        self.commit_with(result, &patches)
    }

    /// The same after a merge, which says what changed by itself.
    pub(crate) fn commit_merge(&mut self, merged: &Patches) -> Result<String> {
        let kept = self.document()?.take_patches();
        let patches = if self.is_subscribed { &kept } else { merged };
        self.commit_with(None, patches)
    }

    fn commit_with(&mut self, result: Option<String>, patches: &Patches) -> Result<String> {
        let mut out = String::new();
        if let Some(result) = result {
            write_member("result", &mut out);
            out.push_str(&result);
        }
        if !patches.is_empty() {
            write_member("patches", &mut out);
            out.push_str(&patches.to_json_patch());
        }
        if !patches.overruled().is_empty() {
            write_member("overruled", &mut out);
            write_list(patches.overruled(), &mut out, overruled::write);
        }
        let is_settled = self.transactions.is_empty();
        if let Some(renewal) = self.document()?.renewal().filter(|_| is_settled)
            && self.renewal.as_ref() != Some(&renewal)
        {
            write_member("renewal", &mut out);
            write_renewal(&renewal, &mut out);
            self.renewal = Some(renewal);
        }
        if !out.is_empty() {
            out.replace_range(..1, "{");
            out.push('}');
        }
        Ok(out)
    }
}

fn write_renewal(renewal: &Renewal, out: &mut String) {
    out.push_str("{\"former\":");
    write_string(renewal.former.as_str(), out);
    write_member("kept", out);
    out.push_str(&renewal.kept.to_string());
    write_member("client", out);
    write_string(renewal.client.as_str(), out);
    write_member("reason", out);
    out.push_str(match renewal.reason {
        minisync::RenewalReason::Clock => "\"clock\"",
        _ => "\"copied\"",
    });
    out.push('}');
}

/// The results of a batch.
pub(crate) fn write_results(results: &[Option<String>]) -> String {
    let mut out = String::new();
    write_list(results, &mut out, |result, out| out.push_str(result.as_deref().unwrap_or("null")));
    out
}
