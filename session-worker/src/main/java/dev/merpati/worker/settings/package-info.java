/** Every setting of the worker, with its default and its range. */
@NullMarked
package dev.merpati.worker.settings;

import org.jspecify.annotations.NullMarked;
