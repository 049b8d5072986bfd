//! What the macros may name. Not public: it changes with every version.

pub use crate::{
    call::Call,
    outcome::{Classified, FromRejection, Outcome, Rejectable},
    saga::{
        compensation::{
            Compensation, Detached, IntoCompensation, Keep, Run, UndoBefore, UndoOutcome,
            UndoOutput, UndoResult, Undoing, undo_before, undo_outcome, undo_output,
        },
        future::{SagaFuture, saga},
        step::{StepFuture, in_saga, step},
        verdict::{Ask, NoVerdict},
    },
    site::Site,
    time::Limit,
};
