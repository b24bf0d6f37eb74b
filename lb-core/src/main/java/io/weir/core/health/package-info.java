/** Pure health rules: (state, event, now) to (state, transitions); and the door through which data planes hand in evidence. */
@NullMarked
package io.weir.core.health;

import org.jspecify.annotations.NullMarked;
