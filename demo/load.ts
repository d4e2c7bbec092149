// The demo loader: being written (lead).
