// Completes names in search boxes.
