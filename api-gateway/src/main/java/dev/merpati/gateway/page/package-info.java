/** What all pages share: layout data, language, theme, scripts and styles, error pages. */
@NullMarked
package dev.merpati.gateway.page;

import org.jspecify.annotations.NullMarked;
