//! Writes the two modules that a module is parted into. Which function goes where was decided before.

use std::{collections::BTreeMap, convert::Infallible};

use anyhow::{Result, anyhow};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction, Module, TypeSection,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{
    CodeSectionReader, ExportSectionReader, ExternalKind, FunctionSectionReader, Parser, Payload,
};

use super::split::{Facts, Plan, is_engine_export};

/// What the core exports for the engine beside its functions. The memory is exported anyway.
const TABLE: &str = "table";
const MEMORY: &str = "memory";

/// The name by which a function of the core is shared. No operation is called so.
fn shared_name(function: u32) -> String {
    format!("{function:x}")
}

fn global_name(global: u32) -> String {
    format!("global{global}")
}

/// The module that stands by itself.
pub(super) fn core(module: &[u8], facts: &Facts<'_>, plan: &Plan) -> Result<Vec<u8>> {
    let kept = (0..count(facts)).filter(|function| !plan.engine.contains(function));
    let indices: BTreeMap<u32, u32> = kept.zip(0..).collect();
    let mut out = Module::new();
    let mut core = Core { facts, plan, globals: globals(module)?.len(), indices };
    core.parse_core_module(&mut out, Parser::new(0), module).map_err(told)?;
    Ok(out.finish())
}

struct Core<'a> {
    facts: &'a Facts<'a>,
    plan: &'a Plan,
    globals: usize,
    /// The new index of each function that stays.
    indices: BTreeMap<u32, u32>,
}

impl Core<'_> {
    /// Behind all others a function that traps. It stands in the table where the engine's functions will.
    fn trap(&self) -> u32 {
        u32::try_from(self.indices.len()).unwrap_or(u32::MAX)
    }

    fn keeps(&self, function: usize) -> bool {
        u32::try_from(function).is_ok_and(|function| self.indices.contains_key(&function))
    }
}

impl Reencode for Core<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.indices.get(&function).copied().unwrap_or_else(|| self.trap()))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for (function, kind) in section.into_iter().enumerate() {
            let kind = kind?;
            if self.keeps(function) {
                functions.function(kind);
            }
        }
        // Any type will do.
        functions.function(0);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        for (function, body) in section.into_iter().enumerate() {
            if self.keeps(function) {
                self.parse_function_body(code, body?)?;
            }
        }
        let mut trap = Function::new([]);
        trap.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
        code.function(&trap);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        for export in section {
            let export = export?;
            if !is_engine_export(export.name) {
                self.parse_export(exports, export)?;
            }
        }
        if !self.facts.exports.iter().any(|export| export.kind == ExternalKind::Table) {
            exports.export(TABLE, ExportKind::Table, 0);
        }
        for global in (0..).take(self.globals) {
            exports.export(&global_name(global), ExportKind::Global, global);
        }
        for function in &self.plan.shared {
            let index = self.function_index(*function)?;
            exports.export(&shared_name(*function), ExportKind::Func, index);
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        // Names, which are of other functions now.
        Ok(())
    }

    fn custom_section<'a>(
        &mut self,
        section: wasmparser::CustomSectionReader<'a>,
    ) -> Result<CustomSection<'a>, Error> {
        Ok(utils::custom_section(self, section))
    }
}

/// The module that builds on an instance of the other.
pub(super) fn engine(module: &[u8], facts: &Facts<'_>, plan: &Plan) -> Result<Vec<u8>> {
    let indices = plan.shared.iter().chain(&plan.engine).copied().zip(0..).collect();
    let mut engine = Engine { indices };
    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::TypeSection(section) = payload? {
            let mut types = TypeSection::new();
            engine.parse_type_section(&mut types, section).map_err(told)?;
            out.section(&types);
        }
    }
    out.section(&engine.imports(module, facts, plan)?);
    let mut functions = FunctionSection::new();
    plan.engine.iter().filter_map(|function| facts.types.get(*function as usize)).for_each(|kind| {
        functions.function(*kind);
    });
    out.section(&functions);
    let mut exports = ExportSection::new();
    for export in facts.exports.iter().filter(|export| is_engine_export(export.name)) {
        engine.parse_export(&mut exports, *export).map_err(told)?;
    }
    out.section(&exports);
    let mut elements = ElementSection::new();
    for (slot, function) in facts.table.iter().filter(|(_, function)| plan.engine.contains(function)) {
        let offset = ConstExpr::i32_const(slot.cast_signed());
        let function = engine.function_index(*function).map_err(told)?;
        elements.active(None, &offset, Elements::Functions((&[function]).into()));
    }
    out.section(&elements);
    let mut code = CodeSection::new();
    for body in plan.engine.iter().filter_map(|function| facts.bodies.get(*function as usize)) {
        engine.parse_function_body(&mut code, body.clone()).map_err(told)?;
    }
    out.section(&code);
    Ok(out.finish())
}

struct Engine {
    /// The new index of each function: imported ones come first.
    indices: BTreeMap<u32, u32>,
}

impl Engine {
    fn imports(&mut self, module: &[u8], facts: &Facts<'_>, plan: &Plan) -> Result<ImportSection> {
        let mut imports = ImportSection::new();
        for function in &plan.shared {
            let kind = facts.types.get(*function as usize).copied().unwrap_or_default();
            imports.import("core", &shared_name(*function), EntityType::Function(kind));
        }
        for (global, kind) in (0..).zip(globals(module)?) {
            let kind = self.global_type(kind).map_err(told)?;
            imports.import("core", &global_name(global), EntityType::Global(kind));
        }
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TableSection(tables) => {
                    for table in tables {
                        let kind = self.table_type(table?.ty).map_err(told)?;
                        let exported = facts.exports.iter().find(|export| export.kind == ExternalKind::Table);
                        imports.import("core", exported.map_or(TABLE, |export| export.name), kind);
                    }
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        let kind = self.memory_type(memory?).map_err(told)?;
                        imports.import("core", MEMORY, kind);
                    }
                }
                _ => {}
            }
        }
        Ok(imports)
    }
}

impl Reencode for Engine {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        // Every function that the engine calls is shared or its own.
        Ok(self.indices.get(&function).copied().unwrap_or(u32::MAX))
    }
}

fn count(facts: &Facts<'_>) -> u32 {
    u32::try_from(facts.types.len()).unwrap_or(u32::MAX)
}

/// The types of a module's globals.
fn globals(module: &[u8]) -> Result<Vec<wasmparser::GlobalType>> {
    let mut globals = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::GlobalSection(section) = payload? {
            for global in section {
                globals.push(global?.ty);
            }
        }
    }
    Ok(globals)
}

fn told(error: Error) -> anyhow::Error {
    anyhow!("cannot write a half of the module: {error}")
}
