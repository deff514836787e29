//! What is only likely to be a mistake: warnings, each with a name that switches it off.

/// One kind of warning. `#[allow(monograd::name)]` before the struct switches it off for a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// `stacked_linear`: two layers in a row that are no more than one.
    StackedLinear,
    /// `clipped_output`: an output whose activation keeps it from what its loss asks for.
    ClippedOutput,
    /// `dropped_output`: dropout on an output.
    DroppedOutput,
    /// `learning_rate`: a step size far outside of what its optimizer usually has.
    LearningRate,
    /// `dominant_layer`: a large layer that has nearly all parameters.
    DominantLayer,
    /// `nothing_to_train`: an optimizer and no layer that has parameters.
    NothingToTrain,
    /// `unused_definition`: a block or a shared layer that no layer uses, and whose shapes nobody checks.
    UnusedDefinition,
}

impl Warning {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::StackedLinear,
        Self::ClippedOutput,
        Self::DroppedOutput,
        Self::LearningRate,
        Self::DominantLayer,
        Self::NothingToTrain,
        Self::UnusedDefinition,
    ];

    /// The name after `monograd::`.
    pub fn name(self) -> &'static str {
        match self {
            Self::StackedLinear => "stacked_linear",
            Self::ClippedOutput => "clipped_output",
            Self::DroppedOutput => "dropped_output",
            Self::LearningRate => "learning_rate",
            Self::DominantLayer => "dominant_layer",
            Self::NothingToTrain => "nothing_to_train",
            Self::UnusedDefinition => "unused_definition",
        }
    }
}
