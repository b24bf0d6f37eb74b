/** The probes, one class for each type. */
@NullMarked
package io.weir.health.probe;

import org.jspecify.annotations.NullMarked;
