/** The {@code control} thread and what is confined to it: the configuration's revision, health, the snapshot, the listeners' doors. */
@NullMarked
package io.weir.daemon.control;

import org.jspecify.annotations.NullMarked;
