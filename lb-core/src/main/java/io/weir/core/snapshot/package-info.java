/** The one immutable picture of configuration and live membership that event loops read, how it is built, and where it is published. */
@NullMarked
package io.weir.core.snapshot;

import org.jspecify.annotations.NullMarked;
