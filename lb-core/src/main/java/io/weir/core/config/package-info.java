/** Text to model: YAML with positions, all problems at once, revisions on disk, and the JSON Schema. */
@NullMarked
package io.weir.core.config;

import org.jspecify.annotations.NullMarked;
