"""From a posture to a `Snapshot`: joints, bones, muscles, nerve. MuJoCo is used here only."""
