package io.weir.core.limit;

/** A place that is counted for its source too. */
record SourcePlace(Admission admission, int slot) implements Place {
    @Override
    public void release() {
        admission.sources().release(slot);
        admission.release();
    }
}
