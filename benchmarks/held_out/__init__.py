"""Accuracy on sources of motion and people that the model was not trained on."""
