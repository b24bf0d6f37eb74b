/** Who is probed when: one schedule for thousands of targets on the probe loop. */
@NullMarked
package io.weir.health.schedule;

import org.jspecify.annotations.NullMarked;
