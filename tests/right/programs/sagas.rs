//! Sagas, steps and their undos.

mod a_saga_of_a_trait;
mod every_undo;
mod sagas_in_sagas;
mod steps_in_parallel_and_in_loops;
mod undos_that_are_methods;

programs! {
    a_saga_of_a_trait
    every_undo
    sagas_in_sagas
    steps_in_parallel_and_in_loops
    undos_that_are_methods
}
