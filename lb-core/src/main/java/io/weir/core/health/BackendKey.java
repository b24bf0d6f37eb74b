package io.weir.core.health;

/** Names one backend of one pool. */
public record BackendKey(String pool, String backend) {
    @Override
    public String toString() {
        return pool + "/" + backend;
    }
}
