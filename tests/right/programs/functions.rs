//! Free functions: arguments, bodies and results.

mod a_body_that_diverges;
mod a_body_that_only_fails;
mod a_function_that_returns_a_boxed_future;
mod a_function_that_returns_a_future;
mod a_recursive_function;
mod aliases_of_result;
mod arguments_that_cannot_be_cloned;
mod arguments_that_nobody_reads;
mod attributes_inside_the_body;
mod borrowed_and_mutable_arguments;
mod closures_and_blocks_in_the_body;
mod early_returns_and_question_marks;
mod functions_named_like_the_attributes;
mod futures_that_are_spawned;
mod futures_that_stay_on_one_thread;
mod hedged_functions;
mod items_inside_a_function;
mod join_in_the_body;
mod loops_and_labels;
mod more_names_the_generated_code_might_use;
mod names_beyond_ascii;
mod names_the_generated_code_might_use;
mod no_arguments_and_no_value;
mod nothing_but_defaults;
mod owned_arguments_are_new_for_each_attempt;
mod patterns_as_arguments;
mod raw_identifiers;
mod results_that_borrow;
mod select_in_the_body;
mod values_without_a_name;

programs! {
    a_body_that_diverges
    a_body_that_only_fails
    a_function_that_returns_a_boxed_future
    a_function_that_returns_a_future
    a_recursive_function
    aliases_of_result
    arguments_that_cannot_be_cloned
    arguments_that_nobody_reads
    attributes_inside_the_body
    borrowed_and_mutable_arguments
    closures_and_blocks_in_the_body
    early_returns_and_question_marks
    functions_named_like_the_attributes
    futures_that_are_spawned
    futures_that_stay_on_one_thread
    hedged_functions
    items_inside_a_function
    join_in_the_body
    loops_and_labels
    more_names_the_generated_code_might_use
    names_beyond_ascii
    names_the_generated_code_might_use
    no_arguments_and_no_value
    nothing_but_defaults
    owned_arguments_are_new_for_each_attempt
    patterns_as_arguments
    raw_identifiers
    results_that_borrow
    select_in_the_body
    values_without_a_name
}
