"""Small valid inputs of every reader, from which the fuzzer's inputs are made."""
