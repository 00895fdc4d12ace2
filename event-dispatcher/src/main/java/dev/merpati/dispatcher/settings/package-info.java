/** What the dispatcher can be told. */
@NullMarked
package dev.merpati.dispatcher.settings;

import org.jspecify.annotations.NullMarked;
