"""The part of the grader that runs in the sandbox, beside student code. It needs no other part."""
