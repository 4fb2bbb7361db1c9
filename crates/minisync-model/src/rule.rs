//! The rules of the algorithm that can be left out, one at a time, to see that the checker notices.
//! Knows only their names; each is applied where it belongs.

/// One rule of `docs/algorithm.md`. The words say what goes wrong in a copy that works without it.
///
/// ```
/// use minisync_model::Rule;
///
/// assert_eq!(Rule::named("tombstones"), Some(Rule::Tombstones));
/// assert_eq!(Rule::Tombstones.name(), "tombstones");
/// assert!(Rule::ALL.contains(&Rule::Tombstones));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// Without: deleting a key leaves nothing behind.
    Tombstones,
    /// Without: a write stands beside the siblings that its author had, instead of in their place.
    WritesReplace,
    /// Without: what the other has not seen yet counts as overwritten.
    UnseenSiblingsStay,
    /// Without: what the other has seen and replaced stays.
    ReplacedSiblingsGo,
    /// Without: a sibling that was overwritten or deleted here is taken again from one who still has it.
    SeenSiblingsStayOut,
    /// Without: an element that died here, and was forgotten, is taken again from one who still has it.
    SeenElementsStayOut,
    /// Without: an element that the other deleted goes on living here.
    DeletionsKillElements,
    /// Without: siblings that a full message does not mention stay.
    SilenceClearsEntries,
    /// Without: elements that a full message does not mention stay.
    SilenceKillsElements,
    /// Without: forgetting raises no horizon.
    ForgettingRaisesHorizon,
    /// Without: forgetting drops the chosen tombstone, and leaves others within the horizon.
    ForgettingDropsAllWithin,
    /// Without: merging leaves the own horizon where it is.
    MergeJoinsHorizons,
    /// Without: tombstones within the other's horizon stay after a merge.
    MergeDropsWithinHorizon,
    /// Without: a delta is made for one whose base lacks a part of the horizon.
    DeltaOnlyAboveHorizon,
    /// Without: a delta is applied by one who lacks a part of its base.
    DeltaOnlyAboveBase,
    /// Without: a delta has of each register only the siblings outside the base.
    DeltaHasAllSiblings,
    /// Without: a delta merely names a container that its base does not contain.
    DeltaHasNewContainersWhole,
    /// Without: a delta leaves out what changed in a container that its base contains.
    DeltaReachesIntoContainers,
    /// Without: a delta leaves out the elements that died.
    DeltaHasDeadElements,
    /// Without: a copy that was put back, or a second one, goes on in the session that it finds.
    SessionsAreWriters,
    /// Without: two sessions of one client may begin at the same stamp.
    FirstStampsDiffer,
    /// Without: the session that began first keeps a name, also where the one before simply went on.
    WhoWentOnKeepsTheName,
    /// Without: the writes of a branch go by the plain name of the client.
    BranchesHaveNames,
    /// Without: a full message does not say where sessions end and begin.
    FullMessagesTellBoundaries,
    /// Without: a delta does not say where sessions beyond its base end and begin.
    DeltasTellBoundaries,
    /// Without: a base is told as a name and a stamp, and not in which session it lies.
    BaseTellsItsSession,
    /// Without: a branch from within what was taken as one is taken as a part of it.
    BranchesWithinAreBranches,
    /// Without: a session that the receiver has taken as one with another is taken as a branch.
    OldBoundariesAreWithin,
    /// Without: what the sender has taken as one stays apart here.
    MergeJoinsWhatIsOne,
    /// Without: sessions are taken as one as soon as all copies of other clients have seen both.
    BoundariesOutliveAcknowledgement,
}

impl Rule {
    /// All that can be left out.
    pub const ALL: &[Rule] = &[
        Rule::Tombstones,
        Rule::WritesReplace,
        Rule::UnseenSiblingsStay,
        Rule::ReplacedSiblingsGo,
        Rule::SeenSiblingsStayOut,
        Rule::SeenElementsStayOut,
        Rule::DeletionsKillElements,
        Rule::SilenceClearsEntries,
        Rule::SilenceKillsElements,
        Rule::ForgettingRaisesHorizon,
        Rule::ForgettingDropsAllWithin,
        Rule::MergeJoinsHorizons,
        Rule::MergeDropsWithinHorizon,
        Rule::DeltaOnlyAboveHorizon,
        Rule::DeltaOnlyAboveBase,
        Rule::DeltaHasAllSiblings,
        Rule::DeltaHasNewContainersWhole,
        Rule::DeltaReachesIntoContainers,
        Rule::DeltaHasDeadElements,
        Rule::SessionsAreWriters,
        Rule::FirstStampsDiffer,
        Rule::WhoWentOnKeepsTheName,
        Rule::BranchesHaveNames,
        Rule::FullMessagesTellBoundaries,
        Rule::DeltasTellBoundaries,
        Rule::BaseTellsItsSession,
        Rule::BranchesWithinAreBranches,
        Rule::OldBoundariesAreWithin,
        Rule::MergeJoinsWhatIsOne,
        Rule::BoundariesOutliveAcknowledgement,
    ];

    /// How the command line spells it.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        }
        name
    }

    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.name() == name)
    }
}

/// The rules that hold: all, or all but one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    without: Option<Rule>,
}

impl Rules {
    pub(crate) fn without(rule: Option<Rule>) -> Rules {
        Rules { without: rule }
    }

    pub(crate) fn hold(self, rule: Rule) -> bool {
        self.without != Some(rule)
    }
}
