/** The demonstration: a daemon and sample backends in processes of their own, started and ended together. */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
