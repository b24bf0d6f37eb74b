/** Pure rules of a pool as a whole: which tier carries it, how its traffic is spread over zones, and whether it could lose one. */
@NullMarked
package io.weir.core.zone;

import org.jspecify.annotations.NullMarked;
