/** What an operator names: listeners, pools, backends, zones, routes, health checks, as immutable records that check themselves. */
@NullMarked
package io.weir.core.model;

import org.jspecify.annotations.NullMarked;
