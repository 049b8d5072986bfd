//! Functions without `async`.

mod functions_without_async;
mod methods_without_async;
mod steps_without_async;

programs! {
    functions_without_async
    methods_without_async
    steps_without_async
}
