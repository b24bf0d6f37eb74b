@NullMarked
package io.weir.health.discovery;

import org.jspecify.annotations.NullMarked;
