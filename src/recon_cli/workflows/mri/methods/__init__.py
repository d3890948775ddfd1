"""Methods of reconstruction under one interface: the model, and what users would take instead."""
