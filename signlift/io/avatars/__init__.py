"""Avatars for animation programs, games and the web: .glb (glTF 2.0) and .vrma (VRM Animation)."""
