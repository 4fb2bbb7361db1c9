//! Parts a module into two, so that a page that does not sync need not load what syncs: `core`, which is a module by
//! itself, and `engine`, which imports from an instance of it the memory, the table and what both need. Whoever wants
//! to sync instantiates the engine beside the instance that a document has already.
//!
//! ```text
//!   operations ──────> functions <────── "sync…" operations ──> functions that nothing else calls
//!   └──────────── core ────────┘         └───────────────────── engine ───────────────────────────┘
//! ```

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use wasmparser::{
    ElementItems, ElementKind, Export, FunctionBody, KnownCustom, Name, Operator, Parser, Payload,
};

use super::halves;

/// The two modules.
pub(super) struct Halves {
    pub(super) core: Vec<u8>,
    pub(super) engine: Vec<u8>,
}

/// Parts a module that has the names of its functions.
pub(super) fn split(module: &[u8]) -> Result<Halves> {
    let facts = Facts::of(module)?;
    let plan = Plan::of(&facts);
    ensure!(!plan.engine.is_empty(), "no function of the module belongs to the sync engine alone");
    Ok(Halves { core: halves::core(module, &facts, &plan)?, engine: halves::engine(module, &facts, &plan)? })
}

/// Whether an export is an operation of the sync engine.
pub(super) fn is_engine_export(name: &str) -> bool {
    name.starts_with("sync") || matches!(name, "joinBegin" | "discoveryBegin")
}

/// What the Rust functions behind these operations are called. They stand in the table, since exports call them by pointer.
const ENGINE_OPERATIONS: &str = "minisync_wasm10operations4sync";

/// What a module consists of, as far as it matters here. It imports nothing, so functions are numbered by their bodies.
pub(super) struct Facts<'a> {
    /// For each function its type.
    pub(super) types: Vec<u32>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    /// Which function stands in which slot of the table.
    pub(super) table: Vec<(u32, u32)>,
    names: Vec<String>,
    /// For each function those that it calls by name.
    calls: Vec<Vec<u32>>,
}

impl<'a> Facts<'a> {
    fn of(module: &'a [u8]) -> Result<Self> {
        let mut facts = Facts {
            types: vec![],
            bodies: vec![],
            exports: vec![],
            table: vec![],
            names: vec![],
            calls: vec![],
        };
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    ensure!(imports.count() == 0, "the module imports something")
                }
                Payload::FunctionSection(types) => {
                    facts.types = types.into_iter().collect::<Result<_, _>>()?
                }
                Payload::ExportSection(exports) => {
                    facts.exports = exports.into_iter().collect::<Result<_, _>>()?
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        facts.add_element(element?)?;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    facts.calls.push(calls(&body)?);
                    facts.bodies.push(body);
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(subsections) = section.as_known() {
                        for subsection in subsections {
                            facts.add_names(subsection?)?;
                        }
                    }
                }
                _ => {}
            }
        }
        ensure!(facts.types.len() == facts.bodies.len(), "the module has functions without a body");
        ensure!(!facts.names.is_empty(), "the module has no names, by which its functions are parted");
        Ok(facts)
    }

    fn add_element(&mut self, element: wasmparser::Element<'_>) -> Result<()> {
        let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind else {
            anyhow::bail!("the module fills its table otherwise than it did");
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            anyhow::bail!("a part of the table begins at no constant");
        };
        let ElementItems::Functions(functions) = element.items else {
            anyhow::bail!("the table is filled with expressions");
        };
        for (slot, function) in (u32::try_from(value)?..).zip(functions) {
            self.table.push((slot, function?));
        }
        Ok(())
    }

    fn add_names(&mut self, names: Name<'_>) -> Result<()> {
        let Name::Function(names) = names else { return Ok(()) };
        self.names.resize(self.types.len(), String::new());
        for naming in names {
            let naming = naming?;
            let place = self.names.get_mut(naming.index as usize).context("a name is of no function")?;
            naming.name.clone_into(place);
        }
        Ok(())
    }

    fn name(&self, function: u32) -> &str {
        self.names.get(function as usize).map_or("", String::as_str)
    }

    /// All that can be reached from these functions by calls.
    fn reach(&self, roots: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<u32> = roots.into_iter().collect();
        while let Some(function) = waiting.pop() {
            if reached.insert(function) {
                waiting.extend(self.calls.get(function as usize).into_iter().flatten());
            }
        }
        reached
    }
}

fn calls(body: &FunctionBody<'_>) -> Result<Vec<u32>> {
    let mut calls = Vec::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => calls.push(function_index),
            _ => {}
        }
    }
    Ok(calls)
}

/// Which function goes where.
pub(super) struct Plan {
    pub(super) engine: BTreeSet<u32>,
    /// Those of the core that the engine calls.
    pub(super) shared: BTreeSet<u32>,
}

impl Plan {
    /// What the engine's operations alone can reach is the engine's. What is called by pointer may be called by anybody,
    /// so it is the core's, but for these operations themselves: nobody but their exports has their pointers.
    fn of(facts: &Facts<'_>) -> Plan {
        let exported = facts.exports.iter().filter(|export| export.kind == wasmparser::ExternalKind::Func);
        let core_exports =
            exported.filter(|export| !is_engine_export(export.name)).map(|export| export.index);
        let by_pointer = facts.table.iter().map(|(_, function)| *function);
        let by_pointer = by_pointer.filter(|function| !facts.name(*function).contains(ENGINE_OPERATIONS));
        let core = facts.reach(core_exports.chain(by_pointer));
        let count = u32::try_from(facts.types.len()).unwrap_or(u32::MAX);
        let engine: BTreeSet<u32> = (0..count).filter(|function| !core.contains(function)).collect();
        let called = engine.iter().filter_map(|function| facts.calls.get(*function as usize)).flatten();
        let shared = called.filter(|function| core.contains(function)).copied().collect();
        Plan { engine, shared }
    }
}
