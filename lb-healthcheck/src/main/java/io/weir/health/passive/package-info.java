/** What traffic teaches about backends, on its way from the event loops to {@code control}. */
@NullMarked
package io.weir.health.passive;

import org.jspecify.annotations.NullMarked;
