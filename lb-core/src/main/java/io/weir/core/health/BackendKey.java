package io.weir.core.health;

/** Names one backend of one pool. */
public record BackendKey(String pool, String backend) {
    /** Spreads numbered backends of numbered pools, which 31 and a sum would lay upon each other. */
    @Override
    public int hashCode() {
        int hash = pool.hashCode() * 0x9E3779B9 + backend.hashCode();
        hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
        return hash ^ hash >>> 13;
    }

    @Override
    public String toString() {
        return pool + "/" + backend;
    }
}
